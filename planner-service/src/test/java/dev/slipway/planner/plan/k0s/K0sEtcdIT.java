package dev.slipway.planner.plan.k0s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is asked of etcd's members and done to them, in every shell that hosts have, by a `k0s`
/// whose members stand in a file and whose API servers answer if they are listed as up.
class K0sEtcdIT {
    private static final String K0S =
            """
            root=@ROOT@
            case "$1 $2" in
            'etcd member-list') cat "$root/members" ;;
            'etcd leave')
                sed "s|\\"[^\\"]*\\": *\\"https://$4:2380\\",*||; s|,}|}|" "$root/members" > "$root/members.new"
                mv "$root/members.new" "$root/members" ;;
            kubectl*)
                case $* in
                *'--server https://'*) server=${*#*--server https://} server=${server%%:6443 *} ;;
                *) server=own ;;
                esac
                grep -qxF "$server" "$root/up" ;;
            *) exit 9 ;;
            esac
            """;

    @TempDir private Path folder;

    private final PlanInput input =
            RunningK0s.change(
                    RunningK0s.cluster(RunningK0s.RELEASE, 3, 0, ""),
                    RunningK0s.cluster(RunningK0s.RELEASE, 3, 0, ""));
    private final List<ClusterHost> controllers = input.clusterfile().controlPlanes();

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void knowsWhoIsAMemberAndWhoShouldBe(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "own");
        Step members =
                new Step.Await(
                        "etcd-members",
                        K0sEtcd.areMembers(input).orElseThrow(),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        ReasonCode.ETCD_MEMBER_MISSING);

        members(
                "{\"members\":{\"cp-1\":\"https://10.0.0.1:2380\",\"CP-2\":\"https://10.0.0.2:2380\",\"cp-3\":\"https://10.0.0.3:2380\"}}");
        assertThat(host.run(members)).isEqualTo(new ScriptHost.Outcome(0, "", ""));

        members(
                "{\n  \"members\" : {\n    \"cp-1\": \"https://10.0.0.1:2380\",\n    \"\": \"https://10.0.0.3:2380\",\n    \"old\": \"https://[fd12::9]:2380\"\n  }\n}");
        ScriptHost.Outcome wrong = host.run(members);
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.out().lines())
                .containsExactlyInAnyOrder(
                        "etcd has no member cp-2",
                        "etcd has no member cp-3",
                        "etcd has a member - at 10.0.0.3 that is no controller",
                        "etcd has a member old at [fd12::9] that is no controller");

        members("Error: something else");
        assertThat(host.run(members).err())
                .contains("printed Error: something else, expected its members as JSON");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void letsAMemberGoFromAnotherController(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "own\n10.0.0.1\n10.0.0.2");
        three();

        ScriptHost.Outcome outcome = host.run(remove(3));

        assertThat(outcome.code()).as(outcome.printed()).isZero();
        assertThat(outcome.out()).isEqualTo("etcd has let cp-3 at 10.0.0.3 go\n");
        assertThat(host.calls())
                .contains("k0s etcd leave --peer-address 10.0.0.3 --data-dir /var/lib/k0s");
        // A step that broke off is done again.
        assertThat(host.run(remove(3)).out()).isEqualTo("etcd has no member cp-3\n");
        assertThat(host.calls()).filteredOn(c -> c.contains("etcd leave")).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void keepsTheMajority(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "own\n10.0.0.1");
        three();

        ScriptHost.Outcome outcome = host.run(remove(3));

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err())
                .contains(
                        "slipway: etcd would lose its quorum: without cp-3 it has 2 members, of which 1 answer and 2 must");
        assertThat(host.calls()).noneMatch(c -> c.contains("etcd leave"));
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void letsAMemberGoThatIsDead(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "own\n10.0.0.1\n10.0.0.2");
        three();

        assertThat(host.run(remove(3)).code()).isZero();
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void sparesAControllerOnlyIfTheOthersAreEnough(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "own\n10.0.0.2\n10.0.0.3").program("systemctl", "exit 0");
        three();
        assertThat(host.run(quorum()).code()).isZero();

        up("own\n10.0.0.2");
        assertThat(host.run(quorum()).err())
                .contains("of its 3 members 1 answer besides cp-1, and 2 must");

        // Of two none can be spared, and the pause is what was asked for.
        members(
                "{\"members\":{\"cp-1\":\"https://10.0.0.1:2380\",\"cp-2\":\"https://10.0.0.2:2380\"}}");
        assertThat(host.run(quorum()).code()).isZero();

        // A majority that is gone already.
        up("");
        assertThat(host.run(quorum()).err()).contains("slipway: etcd does not answer");

        // One that does not run is not missed any more.
        host.program("systemctl", "exit 3");
        assertThat(host.run(quorum()).out()).isEqualTo("skipped");
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.planner.Shells#all")
    void waitsUntilItIsAMemberAgain(List<String> shell) throws Exception {
        ScriptHost host = host(shell, "own");
        Step member = K0sEtcd.awaitMember(input, controllers.get(1));

        three();
        assertThat(host.run(member).code()).isZero();
        members(
                "{\"members\":{\"cp-1\":\"https://10.0.0.1:2380\",\"\":\"https://10.0.0.2:2380\"}}");
        assertThat(host.run(member).code()).isEqualTo(1);
        three();
        up("");
        assertThat(host.run(member).code()).isEqualTo(1);
    }

    private Step remove(int number) {
        return K0sEtcd.remove(input, controllers.getFirst(), List.of(controllers.get(number - 1)));
    }

    private Step quorum() {
        return K0sEtcd.checkQuorum(input, controllers.getFirst());
    }

    private ScriptHost host(List<String> shell, String up) throws IOException {
        up(up);
        return new ScriptHost(folder, shell)
                .program("k0s", K0S.replace("@ROOT@", folder.toString()));
    }

    private void three() throws IOException {
        members(
                "{\"members\":{\"cp-1\":\"https://10.0.0.1:2380\",\"cp-2\":\"https://10.0.0.2:2380\",\"cp-3\":\"https://10.0.0.3:2380\"}}");
    }

    private void members(String json) throws IOException {
        Files.writeString(folder.resolve("members"), json + "\n");
    }

    private void up(String servers) throws IOException {
        Files.writeString(folder.resolve("up"), servers + "\n");
    }
}
