package io.tweetlake.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;

/**
 * Instants as {@link Instant#toString} writes them. A record has two or three, and the general formatter takes a good
 * part of the time of reading it.
 */
public final class InstantText {
    private static final Instant YEAR_0 = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

    private InstantText() {}

    /**
     * Reads {@code 2026-01-31T23:59:59.123Z}, with any or no fraction of a second; in other forms as the formatter
     * does.
     *
     * @throws DateTimeException if it is no time
     */
    public static Instant read(String text) {
        int length = text.length();
        boolean plain = length >= 20
                && length <= 30
                && text.charAt(length - 1) == 'Z'
                && text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && text.charAt(16) == ':'
                && (length == 20 || (text.charAt(19) == '.' && length > 21));
        if (!plain) {
            return Instant.parse(text);
        }
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, 19);
        int fraction = length == 20 ? 0 : digits(text, 20, length - 1);
        // A digit that is none, hour 24 and leap seconds.
        if ((year | month | day | hour | minute | second | fraction) < 0 || hour > 23 || second > 59) {
            return Instant.parse(text);
        }
        for (int place = length - 1 - 20; length > 20 && place < 9; place++) {
            fraction *= 10;
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        int ofDay = LocalTime.of(hour, minute, second).toSecondOfDay();
        return Instant.ofEpochSecond(days * 86_400 + ofDay, fraction);
    }

    /** Minus one if there is something else among them. */
    private static int digits(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** As {@link Instant#toString}. */
    public static String write(Instant time) {
        if (time.isBefore(YEAR_0) || !time.isBefore(YEAR_10000)) {
            return time.toString();
        }
        LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
        char[] text = new char[30];
        digits(text, 0, 4, utc.getYear());
        text[4] = '-';
        digits(text, 5, 7, utc.getMonthValue());
        text[7] = '-';
        digits(text, 8, 10, utc.getDayOfMonth());
        text[10] = 'T';
        digits(text, 11, 13, utc.getHour());
        text[13] = ':';
        digits(text, 14, 16, utc.getMinute());
        text[16] = ':';
        digits(text, 17, 19, utc.getSecond());
        int length = 19;
        int nano = utc.getNano();
        if (nano > 0) {
            text[19] = '.';
            int places = nano % 1_000_000 == 0 ? 3 : nano % 1_000 == 0 ? 6 : 9;
            length = 20 + places;
            digits(text, 20, length, places == 3 ? nano / 1_000_000 : places == 6 ? nano / 1_000 : nano);
        }
        text[length] = 'Z';
        return new String(text, 0, length + 1);
    }

    private static void digits(char[] text, int from, int to, int number) {
        int rest = number;
        for (int i = to - 1; i >= from; i--) {
            text[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
