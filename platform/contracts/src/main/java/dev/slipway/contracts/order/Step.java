package dev.slipway.contracts.order;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.outcome.ReasonCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One thing inside a task. Steps run in order, and the first failure ends the task: as root, in
/// one program on the host, or all of them [Kube], or one [Deposit], and nothing on the host.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Step.Command.class, name = "command"),
    @JsonSubTypes.Type(value = Step.Put.class, name = "put"),
    @JsonSubTypes.Type(value = Step.Read.class, name = "read"),
    @JsonSubTypes.Type(value = Step.Await.class, name = "await"),
    @JsonSubTypes.Type(value = Step.Kube.class, name = "kube"),
    @JsonSubTypes.Type(value = Step.Deposit.class, name = "deposit")
})
public sealed interface Step {
    /// Unique within the task, shown to the user: 1 to 63 lower-case letters, digits and inner
    /// hyphens.
    String name();

    /// Whether the step may run again when the host was rebooted in the middle of it.
    boolean rerunnable();

    /// Every material the step needs.
    default Set<MaterialName> materials() {
        return Set.of();
    }

    /// The file of the content store that the step needs on the host, if it needs one.
    default Optional<Part.Content> stored() {
        return Optional.empty();
    }

    /// The files of the content store that these steps need, each once, in their order.
    static List<Part.Content> contents(List<Step> steps) {
        return steps.stream().flatMap(step -> step.stored().stream()).distinct().toList();
    }

    /// Runs a piece of POSIX shell (`sh -eu`) with an empty standard input.
    ///
    /// @param script the shell text; values in it are quoted with [ShellQuote]
    /// @param environment variables the script sees, names `[A-Z_][A-Z0-9_]*`; no secrets
    /// @param materialFiles variables that hold the path of a file (memory-backed, mode 0600,
    ///   removed at the task's end) with that material
    /// @param unless a shell condition; where it holds (exit code 0) the step is skipped
    /// @param factName where present, standard output (at most 4 KiB, not shown as output) becomes
    ///   the fact of that name
    /// @param timeout of this step, enforced on the host; longer than zero
    /// @param failures tells failures apart by what the step printed: the first pattern found in
    ///   its output gives the reason code; none found gives `COMMAND_FAILED`
    /// @param file of the content store, for this script alone: the variable [#FILE] holds its path
    ///   (memory-backed, mode 0700, removed at the task's end however that comes). Nothing of it
    ///   stays on the host's disk.
    record Command(
            String name,
            String script,
            Map<String, String> environment,
            Map<String, MaterialName> materialFiles,
            Optional<String> unless,
            Optional<String> factName,
            boolean rerunnable,
            Duration timeout,
            List<FailurePattern> failures,
            Optional<Part.Content> file)
            implements Step {
        /// The variable that holds the path of `file`.
        public static final String FILE = "SLIPWAY_FILE";

        private static final Pattern VARIABLE = Pattern.compile("[A-Z_][A-Z0-9_]*");

        public Command {
            requireName(name);
            requirePositive(name, timeout);
            environment = Map.copyOf(environment);
            materialFiles = Map.copyOf(materialFiles);
            failures = List.copyOf(failures);
            Stream.concat(environment.keySet().stream(), materialFiles.keySet().stream())
                    .forEach(v ->
                            require(
                                    VARIABLE.matcher(v).matches(),
                                    name,
                                    "variable " + Quoted.of(v)));
        }

        /// A command with nothing but a script: not rerunnable, no condition, no fact.
        public static Command of(String name, String script, Duration timeout) {
            return new Command(
                    name,
                    script,
                    Map.of(),
                    Map.of(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    timeout,
                    List.of(),
                    Optional.empty());
        }

        public Command unless(String condition) {
            return new Command(
                    name,
                    script,
                    environment,
                    materialFiles,
                    Optional.of(condition),
                    factName,
                    rerunnable,
                    timeout,
                    failures,
                    file);
        }

        public Command asFact(String fact) {
            return new Command(
                    name,
                    script,
                    environment,
                    materialFiles,
                    unless,
                    Optional.of(fact),
                    rerunnable,
                    timeout,
                    failures,
                    file);
        }

        public Command withRerun() {
            return new Command(
                    name,
                    script,
                    environment,
                    materialFiles,
                    unless,
                    factName,
                    true,
                    timeout,
                    failures,
                    file);
        }

        public Command withMaterialFile(String variable, MaterialName material) {
            var files = new HashMap<>(materialFiles);
            files.put(variable, material);
            return new Command(
                    name,
                    script,
                    environment,
                    files,
                    unless,
                    factName,
                    rerunnable,
                    timeout,
                    failures,
                    file);
        }

        public Command withEnvironment(Map<String, String> variables) {
            return new Command(
                    name,
                    script,
                    variables,
                    materialFiles,
                    unless,
                    factName,
                    rerunnable,
                    timeout,
                    failures,
                    file);
        }

        public Command failingAs(List<FailurePattern> patterns) {
            return new Command(
                    name,
                    script,
                    environment,
                    materialFiles,
                    unless,
                    factName,
                    rerunnable,
                    timeout,
                    patterns,
                    file);
        }

        @Override
        public Optional<Part.Content> stored() {
            return file;
        }

        public Command withFile(Part.Content content) {
            return new Command(
                    name,
                    script,
                    environment,
                    materialFiles,
                    unless,
                    factName,
                    rerunnable,
                    timeout,
                    failures,
                    Optional.of(content));
        }

        @Override
        public Set<MaterialName> materials() {
            return Set.copyOf(materialFiles.values());
        }
    }

    /// Writes a file atomically (temporary file in the same directory, then rename); missing
    /// directories are made with mode 0755. A file that is already as asked is left alone (outcome
    /// SKIPPED).
    ///
    /// @param path absolute
    /// @param content the parts, one after the other; a [Part.Content] is the only one
    /// @param mode permission bits, 0 to 07777
    /// @param owner `user:group`, by name or number
    record Put(String name, RemotePath path, List<Part> content, int mode, String owner)
            implements Step {
        private static final Pattern OWNER = Pattern.compile("[a-z0-9_-]+:[a-z0-9_-]+");

        public Put {
            requireName(name);
            require(path.isAbsolute(), name, "path " + Quoted.of(path.value()));
            require(mode >= 0 && mode <= 07777, name, "mode " + Integer.toOctalString(mode));
            require(OWNER.matcher(owner).matches(), name, "owner " + Quoted.of(owner));
            content = List.copyOf(content);
            require(
                    content.size() == 1
                            || content.stream().noneMatch(Part.Content.class::isInstance),
                    name,
                    "content: a file of the content store beside other parts");
        }

        /// A public text file of root's, mode 0644.
        public static Put text(String name, RemotePath path, String text) {
            return new Put(name, path, List.of(new Part.Literal(text)), 0644, "root:root");
        }

        /// Root's file with exactly one material.
        public static Put material(String name, RemotePath path, MaterialName material, int mode) {
            return new Put(name, path, List.of(new Part.Material(material)), mode, "root:root");
        }

        /// Root's file with exactly one content.
        public static Put content(String name, RemotePath path, Part.Content content, int mode) {
            return new Put(name, path, List.of(content), mode, "root:root");
        }

        @Override
        public Optional<Part.Content> stored() {
            return content.stream()
                    .filter(Part.Content.class::isInstance)
                    .map(Part.Content.class::cast)
                    .findFirst();
        }

        @Override
        public boolean rerunnable() {
            return true;
        }

        @Override
        public Set<MaterialName> materials() {
            return content.stream()
                    .filter(Part.Material.class::isInstance)
                    .map(p -> ((Part.Material) p).name())
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /// Reports a file of the host as a fact; a missing file is the fact's absence, not a failure.
    ///
    /// @param path absolute
    /// @param factName the fact's name
    /// @param maxBytes 1 to 4096; a longer file fails with `OUTPUT_LIMIT`
    record Read(String name, RemotePath path, String factName, int maxBytes) implements Step {
        public Read {
            requireName(name);
            require(path.isAbsolute(), name, "path " + Quoted.of(path.value()));
            require(maxBytes >= 1 && maxBytes <= 4096, name, "maxBytes " + maxBytes);
        }

        @Override
        public boolean rerunnable() {
            return true;
        }
    }

    /// Repeats a condition (`sh -eu`, exit code 0 = true) until it holds.
    ///
    /// @param condition shell text without lasting effect
    /// @param interval between the end of one look and the start of the next, at least 100 ms
    /// @param timeout for all of it; when it passes the step fails with `onTimeout`
    /// @param onTimeout the reason code
    record Await(
            String name,
            String condition,
            Duration interval,
            Duration timeout,
            ReasonCode onTimeout)
            implements Step {
        public Await {
            requireName(name);
            requirePositive(name, timeout);
            require(interval.toMillis() >= 100, name, "interval " + interval);
        }

        @Override
        public boolean rerunnable() {
            return true;
        }
    }

    /// Asks the API server of the cluster whose control plane the host is. The executor asks, by a
    /// connection that the host's SSH session makes, and shows a [KubeCredential]; nothing runs on
    /// the host. An order has such steps only, or none. A repeated order asks again.
    ///
    /// @param server where the API server listens as seen from the host: an address that its
    ///   certificate names
    /// @param request what is asked
    /// @param timeout for all of it, trouble on the way included; longer than zero
    record Kube(String name, HostAddress server, KubeRequest request, Duration timeout)
            implements Step {
        public Kube {
            requireName(name);
            requirePositive(name, timeout);
        }

        @Override
        public boolean rerunnable() {
            return true;
        }

        @Override
        public Set<MaterialName> materials() {
            return Set.of(Materials.kube(request.identity()));
        }
    }

    /// Deposits the authority that a cluster has with the certificate service: the files of
    /// [Materials#AUTHORITY_FILES] as they lie on the host. The executor reads them by the host's
    /// SSH session and sends them on against the order; nothing is changed on the host, nothing
    /// runs there that stays, and they are in no output and no result. It is the only step of its
    /// order. A repeated order deposits the same again.
    ///
    /// @param folder in which the files lie, absolute
    /// @param caDigest SHA-256 that `ca.crt` has to have there
    /// @param endpoint under which users reach the API server, `https://host:port`; absent if none
    ///   is known
    /// @param leafValidity longest validity of what the authority signs for users
    /// @param timeout for all of it, trouble on the way included; longer than zero
    record Deposit(
            String name,
            RemotePath folder,
            ContentDigest caDigest,
            Optional<String> endpoint,
            Duration leafValidity,
            Duration timeout)
            implements Step {
        public Deposit {
            requireName(name);
            require(folder.isAbsolute(), name, "folder " + Quoted.of(folder.value()));
            require(leafValidity.isPositive(), name, "leafValidity " + leafValidity);
            requirePositive(name, timeout);
        }

        @Override
        public boolean rerunnable() {
            return true;
        }
    }

    private static void requireName(String name) {
        require(
                name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"),
                name,
                "name " + Quoted.of(name));
    }

    private static void requirePositive(String name, Duration timeout) {
        require(timeout.isPositive(), name, "timeout " + timeout);
    }

    private static void require(boolean holds, String step, String what) {
        if (!holds) {
            throw new IllegalArgumentException("step %s: bad %s".formatted(Quoted.of(step), what));
        }
    }
}
