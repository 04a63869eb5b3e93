# One image a process. Build the jars first: ./mvnw -DskipTests package
FROM eclipse-temurin:17-jre

RUN groupadd --gid 10001 tweetlake \
    && useradd --uid 10001 --gid tweetlake --no-create-home --home-dir /state tweetlake \
    && install --directory --owner tweetlake --group tweetlake /state

ARG SERVICE
COPY ${SERVICE}/target/lib /app/lib
COPY ${SERVICE}/target/${SERVICE}.jar /app/service.jar

USER tweetlake
WORKDIR /state
ENTRYPOINT ["java", "-XX:+ExitOnOutOfMemoryError", "-jar", "/app/service.jar"]
