package dev.slipway.local.files;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// A lock between processes: held until it is closed or its process ends, however that ends.
public final class FileMutex implements AutoCloseable {

    private final FileChannel channel;

    private FileMutex(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes the lock; empty if another process, or another thread of this one, holds it. The file
    /// stays when the lock is released: removing it would let two processes lock two files of the
    /// same name.
    public static Optional<FileMutex> tryLock(Path file) {
        PrivateFile.directory(file.toAbsolutePath().resolveSibling(""));
        try {
            FileChannel channel =
                    FileChannel.open(
                            file, Set.of(CREATE, WRITE), PrivateFile.OWNER_READS_AND_WRITES);
            FileLock lock;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                lock = null;
            }
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(new FileMutex(channel));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock \"" + file + "\"", e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot release a lock", e);
        }
    }
}
