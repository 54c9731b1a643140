package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The families of distributions that hosts are prepared on, by `ID` and `ID_LIKE` of
/// /etc/os-release (os-release(5)).
public enum HostFamily {
    DEBIAN("Debian", "apt-get install containerd", "apt-get install docker.io"),
    UBUNTU("Ubuntu", "apt-get install containerd", "apt-get install docker.io"),
    /// Red Hat's, and those that are built from the same sources or like them.
    RHEL(
            "RHEL",
            "dnf install containerd.io, from Docker's repository",
            "dnf install docker-ce, from Docker's repository"),
    SUSE("SUSE", "zypper install containerd", "zypper install docker"),
    /// Started by OpenRC.
    ALPINE("Alpine", "apk add containerd", "apk add docker"),
    /// /usr cannot be written.
    FLATCAR(
            "Flatcar",
            "it is part of Flatcar: boot a whole image",
            "it is part of Flatcar: boot a whole image");

    private final String title;
    private final String containerd;
    private final String docker;

    HostFamily(String title, String containerd, String docker) {
        this.title = title;
        this.containerd = containerd;
        this.docker = docker;
    }

    /// The distribution's own family, else that of the first known one that it says it is like.
    ///
    /// @param id `ID`
    /// @param like the words of `ID_LIKE`
    public static Optional<HostFamily> of(String id, Collection<String> like) {
        return known(id).or(() -> like.stream().flatMap(word -> known(word).stream()).findFirst());
    }

    private static Optional<HostFamily> known(String id) {
        return switch (id.toLowerCase(Locale.ROOT)) {
            case "debian", "raspbian" -> Optional.of(DEBIAN);
            case "ubuntu" -> Optional.of(UBUNTU);
            case "rhel",
                    "centos",
                    "rocky",
                    "almalinux",
                    "ol",
                    "fedora",
                    "amzn",
                    "openeuler",
                    "anolis" ->
                    Optional.of(RHEL);
            case "suse", "sles", "sled", "opensuse" -> Optional.of(SUSE);
            case "alpine" -> Optional.of(ALPINE);
            case "flatcar" -> Optional.of(FLATCAR);
            default -> Optional.empty();
        };
    }

    /// `debian`, for example; none of other words.
    public static Optional<HostFamily> ofWord(String word) {
        return Arrays.stream(values()).filter(f -> f.word().equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(HostFamily::word).toList();
    }

    /// All of them, for messages.
    public static String titles() {
        return Arrays.stream(values()).map(f -> f.title).collect(Collectors.joining(", "));
    }

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String title() {
        return title;
    }

    /// How it comes onto a host without an artifact.
    public String brings(ContainerRuntime runtime) {
        return switch (runtime) {
            case CONTAINERD -> containerd;
            case DOCKER -> docker;
        };
    }

    public boolean isReadOnlyUsr() {
        return this == FLATCAR;
    }
}
