package dev.slipway.executor.task;

import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Step;
import dev.slipway.executor.ssh.HostAccess;

/// An order that deposits a cluster's authority, with what opens its host. Secret: `toString` shows
/// the task only.
///
/// @param step the order's only one
record DepositWork(Order order, Step.Deposit step, HostAccess access) {
    @Override
    public String toString() {
        return "DepositWork[" + order.task() + "]";
    }
}
