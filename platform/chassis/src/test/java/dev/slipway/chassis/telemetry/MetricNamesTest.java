package dev.slipway.chassis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.Scrape;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MetricNamesTest {
    @Test
    void everyMetricIsExplainedToOperators() {
        String page = Scrape.documentation();

        assertThat(Arrays.stream(MetricNames.class.getFields()))
                .filteredOn(field -> Modifier.isStatic(field.getModifiers()))
                .isNotEmpty()
                .allSatisfy(field ->
                        assertThat(page)
                                .containsPattern(
                                        "`%s(_total|_seconds)?`".formatted(prometheus(field))));
    }

    private static String prometheus(Field field) {
        try {
            return String.valueOf(field.get(null)).replace('.', '_');
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
