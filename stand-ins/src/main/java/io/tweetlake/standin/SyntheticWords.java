package io.tweetlake.standin;

import java.util.List;
import java.util.Random;

/** What synthetic tweets are made of. */
final class SyntheticWords {
    static final List<String> AI_TAGS = List.of(
            "AI",
            "MachineLearning",
            "DataScience",
            "BigData",
            "DeepLearning",
            "ai",
            "Python",
            "NLP",
            "IoT",
            "Analytics",
            "Kafka",
            "ApacheSpark",
            "MLOps",
            "OpenSource",
            "Robotics",
            "ArtificialIntelligence",
            "bigdata",
            "datascience",
            "PyTorch",
            "TensorFlow",
            "ComputerVision",
            "Hadoop",
            "Airflow",
            "DataEngineering");

    static final List<String> TAGS = List.of(
            "news",
            "music",
            "football",
            "travel",
            "nature",
            "climate",
            "space",
            "food",
            "photography",
            "coffee",
            "Monday",
            "art",
            "books",
            "rain",
            "gardening",
            "science",
            "movies",
            "running",
            "cats",
            "Dogs",
            "sunset",
            "chess",
            "日本",
            "مرحبا",
            "café",
            "Космос",
            "음악",
            "vedic",
            "astronomy",
            "cycling");

    static final List<String> SMILES = List.of(
            ":)",
            ":) :) :)",
            "😀 😀",
            "😎 🙂 😅 :)",
            "😂",
            "❤️",
            ":D",
            "😍",
            "🎉",
            ";)",
            "👍🏽",
            "😊",
            ":-)",
            "🚀",
            "😢",
            ":(");

    private static final List<String> FIRST_NAMES = List.of(
            "Anna", "Marco", "Priya", "Kenji", "Fatima", "Luis", "Ingrid", "Peter", "Amara", "Chen", "Sofia", "David");
    private static final List<String> LAST_NAMES = List.of(
            "Sandoval",
            "Whitfield",
            "Okafor",
            "Lindqvist",
            "Marchetti",
            "Tanaka",
            "Haddad",
            "Novak",
            "Brennan",
            "Castillo");
    private static final List<String> PLACES = List.of(
            "London", "Berlin", "Tokyo", "Nairobi", "Mumbai", "Toronto", "Lisbon", "Chicago", "Santiago", "Sydney");
    private static final List<String> ORGANIZATIONS = List.of(
            "Northwind Institute", "Acme Corporation", "University of Oxford", "United Nations", "Globex Bank", "NASA");
    private static final List<String> SUBJECTS = List.of(
            "machine learning", "big data", "a neural network", "data science", "deep learning", "stream processing");

    private static final List<String> AI_SENTENCES = List.of(
            "%1$s of %3$s talks about %4$s in %2$s today",
            "New paper from %3$s: %4$s &amp; what it means for %2$s",
            "Hiring in %2$s! %3$s wants people who know %4$s",
            "Learning %4$s with %1$s, chapter three\nand it finally makes sense",
            "%3$s opens a lab for %4$s in %2$s, says %1$s");

    private static final List<String> SENTENCES = List.of(
            "%1$s just arrived in %2$s and loves it",
            "Rain again in %2$s… %1$s is not amused",
            "Concert of the year tonight in %2$s, thank you %3$s",
            "%1$s wins! What a match &lt;3",
            "Good morning from %2$s\nCoffee first.",
            "Can anybody at %3$s help %1$s with a lost bag?");

    /** A language with its share of the stream in percent and a sentence of its own; English has none. */
    enum Language {
        EN("en", 60, ""),
        JA("ja", 12, "%2$s は今日もいい天気ですね"),
        ES("es", 10, "Buenos días desde %2$s, feliz semana a todos"),
        PT("pt", 6, "Bom dia, %2$s! Que saudade de %1$s"),
        AR("ar", 4, "صباح الخير من %2$s"),
        DE("de", 3, "Schönes Wetter in %2$s, grüßt %1$s"),
        FR("fr", 3, "Quelle journée à %2$s avec %1$s"),
        KO("ko", 2, "오늘 %2$s 날씨가 좋네요");

        private final String code;
        private final int percent;
        private final String sentence;

        Language(String code, int percent, String sentence) {
            this.code = code;
            this.percent = percent;
            this.sentence = sentence;
        }

        String code() {
            return code;
        }
    }

    private SyntheticWords() {}

    static Language language(Random random) {
        int dice = random.nextInt(100);
        for (Language language : Language.values()) {
            dice -= language.percent;
            if (dice < 0) {
                return language;
            }
        }
        return Language.EN;
    }

    static String sentence(Language language, boolean ai, Random random) {
        String pattern = language != Language.EN ? language.sentence : pick(ai ? AI_SENTENCES : SENTENCES, random);
        return pattern.formatted(
                person(random.nextInt(400)), pick(PLACES, random), pick(ORGANIZATIONS, random), pick(SUBJECTS, random));
    }

    static String person(int number) {
        return FIRST_NAMES.get(number % FIRST_NAMES.size())
                + " "
                + LAST_NAMES.get(number / FIRST_NAMES.size() % LAST_NAMES.size());
    }

    private static String pick(List<String> choice, Random random) {
        return choice.get(random.nextInt(choice.size()));
    }
}
