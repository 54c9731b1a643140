package dev.slipway.local.doctor;

/// One thing looked at.
///
/// @param name what
/// @param verdict whether it is as it should be
/// @param found what was found against what is needed
/// @param mend the exact remedy; empty where nothing needs one
public record Check(String name, Verdict verdict, String found, String mend) {

    /// How bad it is.
    public enum Verdict {
        /// As it should be.
        OK,
        /// The stack runs, slower or with less room.
        WARN,
        /// The stack does not run.
        FAIL
    }

    static Check ok(String name, String found) {
        return new Check(name, Verdict.OK, found, "");
    }

    static Check warn(String name, String found, String mend) {
        return new Check(name, Verdict.WARN, found, mend);
    }

    static Check fail(String name, String found, String mend) {
        return new Check(name, Verdict.FAIL, found, mend);
    }
}
