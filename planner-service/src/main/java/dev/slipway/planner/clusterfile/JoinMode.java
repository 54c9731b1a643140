package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// How workers prove to their cluster that they belong to it.
public enum JoinMode {
    /// By the run's bootstrap token: the cluster itself issues each kubelet's certificate.
    TOKEN("token"),

    /// By a client certificate that the certificate service issued for the kubelet: neither token
    /// nor certificate signing request.
    CERTIFICATE("certificate");

    private final String word;

    JoinMode(String word) {
        this.word = word;
    }

    /// The word of files.
    @JsonValue
    public String word() {
        return word;
    }

    static Optional<JoinMode> of(String text) {
        return Arrays.stream(values()).filter(mode -> mode.word.equals(text)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(JoinMode::word).toList();
    }
}
