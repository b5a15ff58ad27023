package inuse.kernel.netfilter;

import java.util.Optional;

/**
 * An element of a set or map.
 *
 * @param key empty for the element that stands for all other keys
 * @param last the end of a range of keys, included, where the element has one itself
 * @param endsRange whether the range of the element before it ends below this key
 * @param value what a map has there; empty for a set and for a verdict
 */
public record Element(
    String key,
    Optional<String> last,
    boolean endsRange,
    String value,
    Optional<Expression.Verdict> verdict) {}
