package dev.slipway.chassis.event;

/// @param name the CloudEvents type, `dev.slipway.TOPIC.EVENT.v1`
/// @param event the record
/// @param read the type to read its JSON as: the sealed interface of its topic, or the record
record EventType(String name, Class<?> event, Class<?> read) {}
