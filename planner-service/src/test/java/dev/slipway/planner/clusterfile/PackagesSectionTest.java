package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackagesSectionTest {
    @Test
    void readsNamesAndWhatIsSaidOfThem() {
        List<HostPackage> packages =
                accepted(
                                """
                                - socat
                                - {name: g++, version: "4:12.2.0-3~bpo+1", families: [debian, ubuntu], roles: [worker]}
                                """)
                        .packages();

        assertThat(packages)
                .containsExactly(
                        new HostPackage(
                                "socat", Optional.empty(), List.of(), List.of(Role.values())),
                        new HostPackage(
                                "g++",
                                Optional.of("4:12.2.0-3~bpo+1"),
                                List.of(HostFamily.DEBIAN, HostFamily.UBUNTU),
                                List.of(Role.WORKER)));
    }

    @Test
    void areForHostsOfTheirFamiliesAndRoles() {
        Clusterfile clusterfile =
                accepted("- socat\n- {name: nfs-utils, families: [rhel], roles: [worker]}\n");
        HostPackage all = clusterfile.packages().getFirst();
        HostPackage some = clusterfile.packages().getLast();
        ClusterHost worker = clusterfile.workers().getFirst();

        assertThat(all.isFor(worker, HostFamily.ALPINE)).isTrue();
        assertThat(all.isFor(worker, HostFamily.FLATCAR)).isFalse();
        assertThat(some.isFor(worker, HostFamily.RHEL)).isTrue();
        assertThat(some.isFor(worker, HostFamily.SUSE)).isFalse();
        assertThat(some.isFor(clusterfile.controlPlane(), HostFamily.RHEL)).isFalse();
    }

    @Test
    void countAsNothingWhereThereAreNone() {
        assertThat(CanonicalJson.text(accepted(""))).doesNotContain("packages");
    }

    @Test
    void mayBeCalledAlikeOfDifferentFamilies() {
        assertThat(
                        problems(
                                "- {name: a, version: '1', families: [debian]}\n- {name: a, version: '2', families: [rhel]}\n"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "socat-|a package's name",
                "-y|a package's name",
                "'socat;reboot'|a package's name",
                "'$(reboot)'|a package's name",
                "'a b'|a package's name",
                "'a*'|a package's name",
                "'''@core'''|a package's name",
                "'a=1'|a package's name",
                "'a:amd64'|a package's name",
                "/tmp/a.rpm|a package's name",
                "a.rpm|a package's name",
                "a.deb|a package's name",
                "kubelet|has to be known before packages come",
                "containerd.io|has to be known before packages come",
                "{version: '1'}|name is missing",
                "{name: a, version: '-1'}|a package's version",
                "{name: a, version: '1 -o x'}|a package's version",
                "{name: a, version: '1*'}|a package's version",
                "{name: a, version: '1;x'}|a package's version",
                "{name: a, families: [gentoo]}|one of debian, ubuntu, rhel, suse, alpine, flatcar",
                "{name: a, families: [flatcar]}|Flatcar has no packages",
                "{name: a, families: []}|there are no families",
                "{name: a, roles: [king]}|control-plane or worker",
                "{name: a, verison: '1'}|unknown field \"verison\""
            })
    void saysWhatIsWrongAndWhere(String item, String message) {
        assertThat(problems("- " + item + "\n"))
                .anySatisfy(p -> {
                    assertThat(p.toString()).contains(message);
                    assertThat(p.line()).isEqualTo(10);
                });
    }

    @Test
    void refusesOneTwiceAndMoreThanAreServed() {
        assertThat(problems("- a\n- {name: a, families: [suse]}\n"))
                .extracting(Problem::message)
                .containsExactly(
                        "\"a\" stands in spec.host.packages[0] too, for hosts of the family suse");
        var many = new StringBuilder();
        for (int i = 0; i <= 100; i++) {
            many.append("- p").append(i).append('\n');
        }
        assertThat(problems(many.toString()))
                .singleElement()
                .satisfies(p -> assertThat(p.message()).contains("at most 100 are served"));
    }

    private static Clusterfile accepted(String packages) {
        return switch (ClusterfileReader.read(text(packages), SecretPolicy.REFUSED)) {
            case ClusterfileResult.Accepted(var clusterfile) -> clusterfile;
            case ClusterfileResult other -> throw new AssertionError(other.toString());
        };
    }

    private static List<Problem> problems(String packages) {
        return switch (ClusterfileReader.read(text(packages), SecretPolicy.REFUSED)) {
            case ClusterfileResult.Rejected(var problems) -> problems;
            case ClusterfileResult _ -> List.of();
        };
    }

    private static String text(String packages) {
        return """
        apiVersion: slipway.dev/v1
        kind: Cluster
        metadata: {name: demo}
        spec:
          runtime: {version: v1.36.2}
          ssh: {credential: team}
          hosts: [{ips: [10.0.0.1], roles: [control-plane]}, {ips: [10.0.0.2], roles: [worker]}]
        %s\
        """
                .formatted(
                        packages.isEmpty() ? "" : "  host:\n    packages:\n" + packages.indent(6));
    }
}
