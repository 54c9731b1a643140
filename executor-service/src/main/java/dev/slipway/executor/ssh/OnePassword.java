package dev.slipway.executor.ssh;

import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.client.auth.keyboard.UserInteraction;
import org.apache.sshd.client.auth.password.PasswordIdentityProvider;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.session.SessionContext;
import org.jspecify.annotations.Nullable;

/// Gives a password once: to password authentication (RFC 4252 §8), or where a server offers only
/// keyboard-interactive (RFC 4256) to its single hidden prompt. A prompt that would show the answer
/// and any further question get none. Secret: `toString` shows none of it.
final class OnePassword implements PasswordIdentityProvider, UserInteraction {
    private final String password;
    private final AtomicBoolean given = new AtomicBoolean();
    private volatile boolean askedForMore;

    OnePassword(String password) {
        this.password = password;
    }

    /// Whether the server asked something that a password does not answer.
    boolean askedForMore() {
        return askedForMore;
    }

    @Override
    public Iterable<String> loadPasswords(SessionContext session) {
        return () ->
                new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return !given.get();
                    }

                    @Override
                    public String next() {
                        given.set(true);
                        return password;
                    }
                };
    }

    @Override
    public String @Nullable [] interactive(
            ClientSession session,
            String name,
            String instruction,
            String lang,
            String[] prompt,
            boolean[] echo) {
        if (prompt.length == 1 && !echo[0] && given.compareAndSet(false, true)) {
            return new String[] {password};
        }
        askedForMore = true;
        return null;
    }

    /// The server wants a new password: that is its owner's to choose.
    @Override
    public @Nullable String getUpdatedPassword(ClientSession session, String prompt, String lang) {
        askedForMore = true;
        return null;
    }

    @Override
    public String toString() {
        return "OnePassword[hidden]";
    }
}
