package dev.slipway.faults;

/// Mistakes that the simulation can be told to make. Each must be found by an invariant: that is
/// what the invariants are worth.
enum Bug {
    // The node journal.
    NO_FENCE("an attempt does not end lower ones"),
    LOST_TOMBSTONE("a fence writes no tomb where it finds no claim"),
    KILLS_BEFORE_TOMB("a fence kills a program before its tomb keeps others from going on with it"),
    UNSYNCED_CLAIM("claims are not synced before the first step"),
    UNSYNCED_STEP("a step's start is not synced before it runs"),
    OVERWRITTEN_CLAIM("claims replace each other instead of being linked"),
    CLAIM_AFTER_START("the program starts its steps before it claims"),
    RERUN_INTERRUPTED("an interrupted step is run again although it must not be"),
    RERUN_FAILED("a failed step is run again where its program died before the result"),
    FORGETFUL_ADOPTION("an adopting attempt starts from the first step"),
    ADOPTS_ACROSS_RETRY("what happened before a user's retry is adopted and reported"),
    BOOT_BLIND("a claim of an earlier boot counts as running"),
    CHILDREN_SURVIVE("only the step's own process is ended"),
    LATE_START("a delivery past start-by starts all the same"),
    NO_HOST_LOCK("two tasks change a host at the same time"),
    LOCK_DIES_WITH_RUNNER("the host's lock is free although steps of a killed program still run"),
    CANCEL_LATEST_ONLY("cancelling ends the latest attempt only"),
    RESULT_BEFORE_END("the result is written before the processes are gone"),
    DOUBT_UNSAID("an interrupted step counts as succeeded"),
    // The executor.
    COMMIT_ON_TAKE("an offset settles when its record is taken"),
    NO_METADATA("commits carry no metadata and go to the highest settled offset"),
    SETTLE_BEFORE_PUBLISH("an offset settles before the result is at the broker"),
    DETACH_REPORTS_FAILURE("a detached task reports that it failed"),
    DETACH_SETTLES("a detached task settles its offset"),
    DEAF_TO_CANCEL("cancellations are not passed on to running tasks"),
    TAKES_BEFORE_CAUGHT_UP("tasks are taken before old cancellations are read"),
    UNSIGNED_ORDERS("orders are run whoever wrote them"),
    FOREIGN_ORDERS("orders of another pool are run"),
    BROKEN_CHANNEL_IS_FAILURE("a broken connection settles the task as failed"),
    CERT_OUTAGE_FAILS("an unreachable certificate service fails the task"),
    // The planner.
    PUBLISH_BEFORE_COMMIT("orders are published before the transaction commits"),
    DELETE_BEFORE_ACK("the relay deletes before the broker has acknowledged"),
    RELAY_SKIPS("the relay goes on behind a record it could not send"),
    RESULT_OFFSET_FIRST("results are committed before the transaction"),
    DOUBT_FREES("an overdue task frees its reservation and starts afresh"),
    STALE_RESULTS("results of superseded attempts count"),
    NOT_STARTED_IN_DOUBT_FREES("never started frees although a lower attempt is in doubt"),
    CREDIT("one order more than the window is dispatched"),
    CANCEL_WITHOUT_LOOK("a cancelled run settles without a look at the hosts"),
    RETRY_REUSES_ATTEMPT("a retry begins with attempt 1 again"),
    NO_ROW_LOCK("two planners decide on the same run at once"),
    LAZY_WATCHDOG("overdue tasks are not looked for"),
    FAILED_SHARE_RETURNS("a failed host gives back its share of the budget"),
    UNSEEN_COUNTS("that a host was not reached counts although the task was started there"),
    // The certificate service.
    REDEEMS_EXPIRED("materials are given for orders past settle-by"),
    REDEEMS_FORGED("materials are given without a look at the signature");

    final String what;

    Bug(String what) {
        this.what = what;
    }
}
