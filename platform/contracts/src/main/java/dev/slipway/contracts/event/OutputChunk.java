package dev.slipway.contracts.event;

/// A piece of what a task's program printed (standard output and error as one stream), on
/// `slipway.task-output`: masked, control characters other than newline and tab escaped.
///
/// @param ref which task
/// @param offset of the first byte of this piece in the raw output of the attempt, for order and
///   for telling repetitions
/// @param length of the piece in raw bytes
/// @param step the step that printed it
/// @param text at most 16 KiB as UTF-8
/// @param last whether nothing follows
public record OutputChunk(
        TaskResult.TaskRef ref, long offset, int length, String step, String text, boolean last) {}
