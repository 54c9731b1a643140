package dev.slipway.benchmarks;

/// Something that runs a command on many hosts.
interface Subject {
    String name();

    String settings();

    Row measure(Targets targets);
}
