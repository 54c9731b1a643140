package dev.slipway.contracts.order;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.id.Quoted;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.stream.Collectors;

/// A path on a host: always POSIX, whatever system the suite runs on. Cleaned: no empty, `.` or
/// inner `..` elements, no trailing slash.
///
/// @param value the cleaned path; `.` if nothing is left of it
public record RemotePath(@JsonValue String value) {
    private static final String SEPARATOR = "/";

    /// @throws IllegalArgumentException if `value` holds a NUL, which no POSIX path can
    ///   (POSIX.1-2024 §3.254)
    public RemotePath {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "%s is no path: it holds a NUL character".formatted(Quoted.of(value)));
        }
        value = clean(value);
    }

    @JsonCreator
    public static RemotePath of(String value) {
        return new RemotePath(value);
    }

    /// Joins any number of elements with one separator, ignoring empty ones, and cleans the result.
    /// An element is never split at anything but slashes, and an absolute one does not restart the
    /// path.
    public static RemotePath join(String... elements) {
        return new RemotePath(
                Arrays.stream(elements)
                        .filter(e -> !e.isEmpty())
                        .collect(Collectors.joining(SEPARATOR)));
    }

    /// Joins `elements` below this path.
    ///
    /// @throws IllegalArgumentException if the result would lie outside this path, naming the
    ///   element that leaves it
    public RemotePath resolveInside(String... elements) {
        RemotePath path = this;
        for (String element : elements) {
            path = element.isEmpty() ? path : join(path.value, element);
            if (!path.isInside(this)) {
                throw new IllegalArgumentException(
                        "%s leaves %s: use a path below it"
                                .formatted(Quoted.of(element), Quoted.of(value)));
            }
        }
        return path;
    }

    /// Whether this path is `base` or lies below it; both are compared as cleaned, links on the
    /// host are not followed.
    public boolean isInside(RemotePath base) {
        if (base.value.equals(".")) {
            return !isAbsolute() && !value.equals("..") && !value.startsWith("../");
        }
        return value.equals(base.value)
                || value.startsWith(
                        base.value.endsWith(SEPARATOR) ? base.value : base.value + SEPARATOR);
    }

    public boolean isAbsolute() {
        return value.startsWith(SEPARATOR);
    }

    /// The path without its last element; `/` and `.` are their own parents.
    public RemotePath parent() {
        int slash = value.lastIndexOf('/');
        if (slash < 0) {
            return new RemotePath(".");
        }
        return new RemotePath(slash == 0 ? SEPARATOR : value.substring(0, slash));
    }

    @Override
    public String toString() {
        return value;
    }

    private static String clean(String path) {
        boolean absolute = path.startsWith(SEPARATOR);
        var kept = new ArrayDeque<String>();
        for (String element : path.split(SEPARATOR, -1)) {
            if (element.equals("..") && !kept.isEmpty() && !kept.getLast().equals("..")) {
                kept.removeLast();
            } else if (element.equals("..") && !absolute) {
                kept.addLast(element);
            } else if (!element.isEmpty() && !element.equals(".") && !element.equals("..")) {
                kept.addLast(element);
            }
        }
        String cleaned = String.join(SEPARATOR, kept);
        if (absolute) {
            return SEPARATOR + cleaned;
        }
        return cleaned.isEmpty() ? "." : cleaned;
    }
}
