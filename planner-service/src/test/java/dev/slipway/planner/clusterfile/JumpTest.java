package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.id.HostAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JumpTest {
    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
    private static final String TEXT =
            """
            apiVersion: slipway.dev/v1
            kind: Hosts
            metadata: {name: fleet}
            spec:
              ssh:
                credential: team
                jump:
                  - {host: "ops@bastion.example:2222", hostKeys: ["KEY"], credential: door}
                  - {host: "[fd00::1]:22", hostKeys: ["KEY"]}
              hosts:
                - ips: [10.0.0.1]
                - ips: [10.0.0.2]
                  ssh: {credential: own}
                - ips: [10.0.0.3]
                  ssh: {jump: []}
                - ips: [10.0.0.4]
                  ssh:
                    credential: own
                    jump:
                      - {host: gate, hostKeys: ["KEY"]}
            """
                    .replace("KEY", KEY);

    private static ClusterfileResult read(String text, SecretPolicy policy) {
        return ClusterfileReader.read(text, policy);
    }

    private static List<ListedHost> accepted(String text) {
        assertThat(read(text, SecretPolicy.REFUSED))
                .isInstanceOf(ClusterfileResult.HostsOnly.class);
        return ((ClusterfileResult.HostsOnly) read(text, SecretPolicy.REFUSED)).hosts().hosts();
    }

    @Test
    void readsTheWayToEachHost() {
        List<ListedHost> hosts = accepted(TEXT);

        var door = new Jump(new HostAddress("bastion.example", 2222), "ops", "door", List.of(KEY));
        var inner = new Jump(new HostAddress("fd00::1", 22), "root", "team", List.of(KEY));
        assertThat(hosts.get(0).ssh().jump()).containsExactly(door, inner);
        assertThat(hosts.get(1).ssh().credential()).isEqualTo("own");
        assertThat(hosts.get(1).ssh().jump())
                .as("a section's jump hosts are entered with its credential")
                .containsExactly(door, inner);
        assertThat(hosts.get(2).ssh().jump()).as("none of the list's").isEmpty();
        assertThat(hosts.get(3).ssh().jump())
                .containsExactly(
                        new Jump(new HostAddress("gate", 22), "root", "own", List.of(KEY)));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    host: gate, hostKeys      | host: gate, hostKees          | spec.hosts[3].ssh.jump[0].hostKees
                    host: gate,               | user: gate,                   | spec.hosts[3].ssh.jump[0]
                    host: gate,               | host: "a@b@c",                | spec.hosts[3].ssh.jump[0].host
                    host: gate,               | host: gate, credential: A_B,  | spec.hosts[3].ssh.jump[0].credential
                    host: gate,               | host: gate, passwd: hunter2,  | spec.hosts[3].ssh.jump[0].passwd
                    """)
    void refusesAnEntryThatIsNoWay(String from, String to, String path) {
        var result = read(TEXT.replace(from, to), SecretPolicy.REFUSED);

        assertThat(result).isInstanceOf(ClusterfileResult.Rejected.class);
        assertThat(((ClusterfileResult.Rejected) result).problems())
                .extracting(Problem::path)
                .contains(path);
        assertThat(result.toString()).doesNotContain("hunter2");
    }

    @Test
    void wantsTheHostKeyOfEveryJumpHost() {
        var result =
                read(
                        TEXT.replace("host: gate, hostKeys: [\"" + KEY + "\"]", "host: gate"),
                        SecretPolicy.REFUSED);

        assertThat(((ClusterfileResult.Rejected) result).problems())
                .singleElement()
                .satisfies(p -> assertThat(p.toString()).contains("no host key is pinned"));
    }

    @Test
    void sendsTheSecretsOfJumpHostsToo() {
        String text = TEXT.replace("credential: door", "pk: ~/.ssh/door, pkPasswd: s3cret");

        List<SecretFields.Section> sections = SecretFields.find(text);
        assertThat(sections)
                .extracting(SecretFields.Section::path, SecretFields.Section::user)
                .containsExactly(org.assertj.core.api.Assertions.tuple("spec.ssh.jump[0]", "ops"));
        assertThat(sections.getFirst().sudoPassword()).isEmpty();
        assertThat(accepted(SecretFields.replace(text, _ -> "sent")).getFirst().ssh().jump())
                .extracting(Jump::credential)
                .containsExactly("sent", "team");
    }

    @Test
    void asksForNoSudoPasswordOfAJumpHost() {
        String text = TEXT.replace("credential: door", "passwd: s3cret");

        assertThat(SecretFields.replace(text, _ -> "sent"))
                .contains("credential: sent}")
                .doesNotContain("sudoCredential", "s3cret");
    }
}
