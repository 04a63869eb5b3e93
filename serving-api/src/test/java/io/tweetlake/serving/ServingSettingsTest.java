package io.tweetlake.serving;

import io.tweetlake.runtime.kit.SettingsPage;
import org.junit.jupiter.api.Test;

class ServingSettingsTest {
    @Test
    void theReadmeShowsEverySetting() throws Exception {
        SettingsPage.assertShows(ServingMain.SETTINGS);
    }
}
