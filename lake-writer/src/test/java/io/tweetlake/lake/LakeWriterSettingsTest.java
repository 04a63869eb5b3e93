package io.tweetlake.lake;

import io.tweetlake.runtime.kit.SettingsPage;
import org.junit.jupiter.api.Test;

class LakeWriterSettingsTest {
    @Test
    void theReadmeShowsEverySetting() throws Exception {
        SettingsPage.assertShows(LakeWriterMain.SETTINGS);
    }
}
