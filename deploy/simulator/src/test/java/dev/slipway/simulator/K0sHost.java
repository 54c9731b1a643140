package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.simulator.SshTestClient.Outcome;
import java.time.Duration;

/// A host with k0s, as somebody handles it by hand.
record K0sHost(SimulatedHosts hosts, String name) {
    static final String RELEASE = "v1.36.2+k0s.0";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /// Puts the program of that release there.
    K0sHost with(String release) {
        hosts.simulator().host(name).k0s(new K0sProgram(release));
        return this;
    }

    Outcome run(String command) {
        return hosts.ssh().run(name, command);
    }

    /// What the command prints; it must not fail.
    String get(String command) {
        Outcome outcome = run(command);
        assertThat(outcome.exitCode()).as(command + ": " + outcome.both()).isZero();
        return outcome.output();
    }

    void put(String file, String text) {
        Outcome outcome =
                hosts.ssh()
                        .run(
                                name,
                                "umask 077; mkdir -p $(dirname %1$s) && cat >%1$s".formatted(file),
                                text);
        assertThat(outcome.exitCode()).as(outcome.both()).isZero();
    }

    /// Installs the service with these flags and starts it; does not wait.
    void start(String role, String flags) {
        get("k0s install %s %s && k0s start".formatted(role, flags));
    }

    /// Waits until its status is told.
    void awaitUp() {
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(run("timeout 20 k0s status").exitCode())
                                .as(() -> journal())
                                .isZero());
    }

    /// Waits until what the service said holds the text.
    void awaitSaid(String text) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(journal()).contains(text));
    }

    String journal() {
        return run("journalctl -u k0scontroller; journalctl -u k0sworker").output();
    }

    String kubectl(String arguments) {
        return get("k0s kubectl " + arguments);
    }

    String members() {
        return get("k0s etcd member-list").strip();
    }

    String address() {
        return hosts.address(name);
    }

    /// Takes k0s off the host, whatever its state.
    void clean() {
        run("k0s stop; k0s reset; rm -rf /etc/k0s; rm -f /.simulator/state/*.journal");
    }
}
