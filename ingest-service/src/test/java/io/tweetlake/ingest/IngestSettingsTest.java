package io.tweetlake.ingest;

import io.tweetlake.runtime.kit.SettingsPage;
import org.junit.jupiter.api.Test;

class IngestSettingsTest {
    @Test
    void theReadmeShowsEverySetting() throws Exception {
        SettingsPage.assertShows(IngestMain.SETTINGS);
    }
}
