package dev.slipway.planner.operation;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// What runs are tested with: an operator of a tenant that no other test has, and beside the
/// planner an executor without hosts and a certificate service without certificates.
abstract class WithFakes {
    static FakeExecutor executor;
    static FakeCert cert;

    final Planner ann = Planner.operator();

    @BeforeAll
    static void start() {
        executor = FakeExecutor.start();
        cert = FakeCert.start();
    }

    @AfterAll
    static void stop() {
        executor.close();
        cert.close();
    }
}
