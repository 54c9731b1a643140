package dev.slipway.planner.plan.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.planner.Shells;
import dev.slipway.planner.clusterfile.HostFamily;
import dev.slipway.planner.clusterfile.HostPackage;
import dev.slipway.planner.clusterfile.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The step that installs packages, in every shell that hosts have, with package managers that keep
/// a list of names and versions, and know sources with `socat` and `nfs.tools` of two versions.
class PackagesIT {
    private static final String SOURCES =
            "SOURCES='socat 1.7.4-1\nnfs.tools 2.6-1\nnfs.tools 2.5-9'\n";
    private static final String ADD =
            """
            add() {
                grep -vF "$1 " FOLDER/installed >FOLDER/kept || :
                mv FOLDER/kept FOLDER/installed
                echo "$1 $2" >>FOLDER/installed
            }
            """;

    /// By their names. What they are asked is noted.
    private static final Map<String, String> PROGRAMS =
            Map.of(
                    "dpkg-query",
                    """
                    [ "$1 $2 $3" = '-W -f ${db:Status-Status} ${Version}' ] || exit 9
                    awk -v p="$4" '$1 == p { printf "installed %s", $2; found = 1 } END { exit !found }' FOLDER/installed
                    """,
                    "apt-cache",
                    "[ \"$1\" = pkgnames ] || exit 9\necho \"$SOURCES\" | sed 's/ .*//' | grep \"^$2\"\n",
                    "apt-get",
                    """
                    echo "apt-get $*" >>FOLDER/asked
                    for word in "$@"; do
                        case $word in update) exit 0 ;; esac
                    done
                    for word in "$@"; do
                        case $word in -* | install | DPkg*) continue ;; esac
                        found=$(echo "$SOURCES" | awk -v p="${word%%=*}" -v v="${word#*=}" '$1 == p && (v == p || v == $2) { print $2; exit }')
                        [ -n "$found" ] || { echo "E: Version '${word#*=}' for '${word%%=*}' was not found" >&2; exit 100; }
                        add "${word%%=*}" "$found"
                    done
                    """,
                    "rpm",
                    """
                    [ "$1 $2" = '-q --qf' ] || exit 9
                    awk -v p="$4" '$1 == p { split($2, part, "-"); print part[1], $2; found = 1 } END { exit !found }' FOLDER/installed
                    """,
                    "dnf",
                    """
                    echo "dnf $*" >>FOLDER/asked
                    for word in "$@"; do
                        case $word in -* | install) continue ;; esac
                        found=$(echo "$SOURCES" | awk -v p="$word" '$1 == p || $1 "-" $2 == p { print; exit }')
                        [ -n "$found" ] || { echo "Error: Unable to find a match: $word" >&2; exit 1; }
                        add $found
                    done
                    """,
                    "zypper",
                    """
                    echo "zypper $*" >>FOLDER/asked
                    for word in "$@"; do
                        case $word in -* | install) continue ;; esac
                        found=$(echo "$SOURCES" | awk -v p="$word" '$1 == p || $1 "=" $2 == p { print; exit }')
                        [ -n "$found" ] || { echo "No provider of '$word' found." >&2; exit 104; }
                        add $found
                    done
                    """,
                    "apk",
                    """
                    case $1 in
                    info) awk -v p="$3" '$1 == p || $1 "=" $2 == p { found = 1 } END { exit !found }' FOLDER/installed ;;
                    add)
                        echo "apk $*" >>FOLDER/asked
                        for word in "$@"; do
                            case $word in -* | add) continue ;; esac
                            found=$(echo "$SOURCES" | awk -v p="$word" '$1 == p || $1 "=" $2 == p { print; exit }')
                            [ -n "$found" ] || { echo "ERROR: unable to select packages:" >&2; exit 1; }
                            add $found
                        done ;;
                    esac
                    """);

    @TempDir private Path folder;

    static Stream<Arguments> shellsAndFamilies() {
        return Shells.all()
                .flatMap(shell ->
                        Stream.of(HostFamily.values())
                                .filter(f -> f != HostFamily.FLATCAR)
                                .map(f -> Arguments.of(shell, f)));
    }

    @ParameterizedTest
    @MethodSource("shellsAndFamilies")
    void installsWhatIsMissingAndAsksNobodyTheNextTime(List<String> shell, HostFamily family)
            throws Exception {
        prepare("nfs.tools 2.6-1\n");
        List<HostPackage> wanted = List.of(wanted("socat"), wanted("nfs.tools", "2.5-9"));

        assertThat(run(shell, wanted, family)).contains("rc=0");

        assertThat(installed()).containsExactlyInAnyOrder("socat 1.7.4-1", "nfs.tools 2.5-9");
        Files.delete(folder.resolve("asked"));

        assertThat(run(shell, wanted, family)).contains("rc=0");
        assertThat(folder.resolve("asked")).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("shellsAndFamilies")
    void leavesAnyVersionWhereNoneIsSaid(List<String> shell, HostFamily family) throws Exception {
        prepare("socat 1.0-7\n");

        assertThat(run(shell, List.of(wanted("socat")), family)).contains("rc=0");

        assertThat(folder.resolve("asked")).doesNotExist();
        assertThat(installed()).containsExactly("socat 1.0-7");
    }

    @ParameterizedTest
    @MethodSource("shellsAndFamilies")
    void failsWhereNoSourceHasIt(List<String> shell, HostFamily family) throws Exception {
        prepare("");

        String unknown = run(shell, List.of(wanted("nfs.t")), family);
        String version = run(shell, List.of(wanted("socat", "9.9-9")), family);

        assertThat(unknown).doesNotContain("rc=0");
        assertThat(version).doesNotContain("rc=0");
        assertThat(reasons(unknown, family)).isTrue();
        assertThat(reasons(version, family)).isTrue();
        assertThat(installed()).isEmpty();
    }

    /// Whether one of the step's patterns is found in what it printed.
    private static boolean reasons(String printed, HostFamily family) {
        return Packages.install(List.of(wanted("a")), family).failures().stream()
                .anyMatch(f -> printed.contains(f.text()));
    }

    private static HostPackage wanted(String name) {
        return new HostPackage(name, Optional.empty(), List.of(), List.of(Role.values()));
    }

    private static HostPackage wanted(String name, String version) {
        return new HostPackage(name, Optional.of(version), List.of(), List.of(Role.values()));
    }

    private void prepare(String installed) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        for (Map.Entry<String, String> program : PROGRAMS.entrySet()) {
            String text = "#!/bin/sh\n" + SOURCES + ADD + program.getValue();
            Path file =
                    Files.writeString(
                            folder.resolve("bin").resolve(program.getKey()),
                            text.replace("FOLDER", folder.toString()));
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        Files.writeString(folder.resolve("installed"), installed);
    }

    private List<String> installed() throws IOException {
        return Files.readAllLines(folder.resolve("installed"));
    }

    private String run(List<String> shell, List<HostPackage> wanted, HostFamily family)
            throws Exception {
        var command = new ArrayList<>(shell);
        String script = Packages.install(wanted, family).script();
        command.addAll(
                List.of("-eu", Files.writeString(folder.resolve("step.sh"), script).toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        return printed + "rc=" + process.waitFor();
    }
}
