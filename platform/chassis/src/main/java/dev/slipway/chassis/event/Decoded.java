package dev.slipway.chassis.event;

/// What became of a record of a topic.
public sealed interface Decoded<T> {
    record Known<T>(CloudEvent<T> event) implements Decoded<T> {}

    /// A type this version does not know, or one of another topic: left alone and counted.
    record Unknown<T>(String type) implements Decoded<T> {}

    /// @param why never the content
    record Undecodable<T>(String why) implements Decoded<T> {}
}
