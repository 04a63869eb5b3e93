package io.tweetlake.enrich;

import io.tweetlake.runtime.kit.SettingsPage;
import org.junit.jupiter.api.Test;

class EnrichSettingsTest {
    @Test
    void theReadmeShowsEverySetting() throws Exception {
        SettingsPage.assertShows(EnrichMain.SETTINGS);
    }
}
