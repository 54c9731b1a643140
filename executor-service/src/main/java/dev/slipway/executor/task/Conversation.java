package dev.slipway.executor.task;

import dev.slipway.contracts.event.TaskResult.TaskSettled;
import java.util.Optional;

/// One attempt being worked: on its host, or at an API server.
interface Conversation {
    /// The result; nothing if the conversation was detached or the time to settle passed.
    Optional<TaskSettled> talk() throws InterruptedException;

    /// Ends the attempt. May be called at any time, by any thread.
    void cancel();

    /// Lets go: nothing is reported any more, and nothing is ended.
    void detach();
}
