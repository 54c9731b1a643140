package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/// How many nodes a phase may take away at once: a number, or a share of those there are.
///
/// @param amount from 1; of a share at most 100
/// @param isPercentage whether it is a share
public record MaxUnavailable(int amount, boolean isPercentage) {
    static final String EXPECTED = "a number from 1 to 1000, or a percentage from 1% to 100%";

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,3})(%?)");

    public MaxUnavailable {
        if (amount < 1 || amount > (isPercentage ? 100 : 1000)) {
            throw new IllegalArgumentException("not " + EXPECTED);
        }
    }

    /// @param text such as `3` or `10%`
    static Optional<MaxUnavailable> parse(String text) {
        return Optional.of(FORM.matcher(text))
                .filter(m -> m.matches())
                .map(m -> new MaxUnavailable(Integer.parseInt(m.group(1)), !m.group(2).isEmpty()));
    }

    /// The number itself, or the share rounded down; at least one, or nothing would go on.
    ///
    /// @param nodes how many there are
    public int of(int nodes) {
        return isPercentage ? Math.max(1, (int) ((long) nodes * amount / 100)) : amount;
    }

    @Override
    @JsonValue
    public String toString() {
        return isPercentage ? amount + "%" : Integer.toString(amount);
    }
}
