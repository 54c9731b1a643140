package dev.slipway.executor.task;

import dev.slipway.contracts.event.TaskResult.TaskRef;
import dev.slipway.contracts.order.Order;
import dev.slipway.executor.journal.CompiledOrder;
import dev.slipway.executor.ssh.HostAccess;
import java.util.List;

/// An order with everything its host needs. Secret: `toString` shows the task only.
final class TaskWork {
    private final CompiledOrder compiled;
    private final HostAccess access;
    private final List<byte[]> secrets;

    /// @param secrets every redeemed value, to be masked in output
    TaskWork(CompiledOrder compiled, HostAccess access, List<byte[]> secrets) {
        this.compiled = compiled;
        this.access = access;
        this.secrets = List.copyOf(secrets);
    }

    Order order() {
        return compiled.order();
    }

    CompiledOrder compiled() {
        return compiled;
    }

    HostAccess access() {
        return access;
    }

    List<byte[]> secrets() {
        return secrets;
    }

    static TaskRef ref(Order order) {
        return new TaskRef(
                order.tenant(),
                order.cluster(),
                order.run(),
                order.phase(),
                order.host().address(),
                order.task(),
                order.attempt());
    }

    @Override
    public String toString() {
        return "TaskWork[" + order().task() + "]";
    }
}
