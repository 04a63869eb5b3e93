package io.tweetlake.gold;

import io.tweetlake.runtime.kit.SettingsPage;
import org.junit.jupiter.api.Test;

class GoldSettingsTest {
    @Test
    void theReadmeShowsEverySetting() throws Exception {
        SettingsPage.assertShows(GoldMain.SETTINGS);
    }
}
