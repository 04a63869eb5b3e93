-- How far each partition of gold's topics is in these tables. It is written with the rows, in one transaction: a restore brings back both, and what came
-- after is then read again. Who writes says from where: another member that has gone on meanwhile is not overwritten.
CREATE TABLE positions (
    topic text COLLATE "C" NOT NULL,
    kafka_partition int NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (topic, kafka_partition)
);
