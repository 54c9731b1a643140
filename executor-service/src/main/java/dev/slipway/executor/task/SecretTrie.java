package dev.slipway.executor.task;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/// The automaton that recognises any of several byte strings. States are numbers; children are kept
/// as lists of siblings, since most states have one.
final class SecretTrie {
    private int[] firstChild;
    private int[] sibling;
    private byte[] label;
    private int[] fallback;
    private int[] depth;
    private int[] match;
    private int size = 1;

    SecretTrie(List<byte[]> words) {
        int capacity = 1 + words.stream().mapToInt(word -> word.length).sum();
        firstChild = new int[capacity];
        sibling = new int[capacity];
        label = new byte[capacity];
        fallback = new int[capacity];
        depth = new int[capacity];
        match = new int[capacity];
        words.forEach(this::add);
        linkFallbacks();
        trim();
    }

    private void add(byte[] word) {
        int state = 0;
        for (byte next : word) {
            int child = child(state, next);
            if (child == 0) {
                child = size++;
                label[child] = next;
                depth[child] = depth[state] + 1;
                sibling[child] = firstChild[state];
                firstChild[state] = child;
            }
            state = child;
        }
        match[state] = depth[state];
    }

    private void linkFallbacks() {
        var queue = new ArrayDeque<Integer>();
        queue.add(0);
        while (!queue.isEmpty()) {
            int state = queue.remove();
            for (int child = firstChild[state]; child != 0; child = sibling[child]) {
                fallback[child] = state == 0 ? 0 : next(fallback[state], label[child]);
                match[child] = Math.max(match[child], match[fallback[child]]);
                queue.add(child);
            }
        }
    }

    private void trim() {
        firstChild = Arrays.copyOf(firstChild, size);
        sibling = Arrays.copyOf(sibling, size);
        label = Arrays.copyOf(label, size);
        fallback = Arrays.copyOf(fallback, size);
        depth = Arrays.copyOf(depth, size);
        match = Arrays.copyOf(match, size);
    }

    private int child(int state, byte next) {
        int child = firstChild[state];
        while (child != 0 && label[child] != next) {
            child = sibling[child];
        }
        return child;
    }

    int next(int state, byte next) {
        int from = state;
        int child = child(from, next);
        while (child == 0 && from != 0) {
            from = fallback[from];
            child = child(from, next);
        }
        return child;
    }

    /// How many of the last bytes may be the beginning of a word.
    int depth(int state) {
        return depth[state];
    }

    /// The length of the longest word that ends here; 0 if none does.
    int longestMatch(int state) {
        return match[state];
    }
}
