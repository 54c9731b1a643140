package dev.slipway.executor.broker;

/// A setting that is not as it must be.
///
/// @param where a topic, or "broker"
/// @param breaks whether a promise does not hold with it; else it only costs time
record BrokerFinding(
        String where,
        String setting,
        String found,
        String expected,
        String consequence,
        boolean breaks) {

    @Override
    public String toString() {
        return "%s: %s is %s, expected %s: %s"
                .formatted(where, setting, found, expected, consequence);
    }
}
