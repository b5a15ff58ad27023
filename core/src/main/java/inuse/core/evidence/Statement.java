package inuse.core.evidence;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is said about a process, and whose word it is. It may be shown to anybody; a command, a path
 * or a container is chosen by a {@link Trusted} one alone.
 */
public record Statement<T>(T content, Speaker speaker) {
  /** A statement of the kernel or of root. */
  public static <T> Statement<T> ofRoot(T content) {
    return new Statement<>(content, Speaker.ROOT);
  }

  /** What follows from the content, on the same word. */
  public <R> Statement<R> map(Function<? super T, ? extends R> change) {
    return new Statement<>(change.apply(content), speaker);
  }

  /** The same content, on another word. */
  public Statement<T> by(Speaker other) {
    return new Statement<>(content, other);
  }

  /**
   * The statement as one to act on: root's, the asker's own, or that of the user whose process it
   * is about, who then is the one to act.
   *
   * @param asker who would act
   * @param subject the user of the process that it is about
   */
  public Optional<Trusted<T>> trusted(Uid asker, Optional<Uid> subject) {
    return speaker
        .uid()
        .filter(uid ->
            uid.equals(Uid.ROOT) || uid.equals(asker) || subject.filter(uid::equals).isPresent())
        .map(uid -> new Trusted<>(content, uid));
  }

  /** A statement that may be acted on, as one user. Only {@link Statement#trusted} makes one. */
  public static final class Trusted<T> {
    private final T content;
    private final Uid actor;

    private Trusted(T content, Uid actor) {
      this.content = content;
      this.actor = actor;
    }

    public T content() {
      return content;
    }

    /** Whose word it is, and so the user as whom it is acted on. */
    public Uid actor() {
      return actor;
    }

    /** A part of the content, on the same word. */
    public <R> Optional<Trusted<R>> part(Function<? super T, Optional<R>> which) {
      return which.apply(content).map(one -> new Trusted<>(one, actor));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Trusted<?> one
          && content.equals(one.content)
          && actor.equals(one.actor);
    }

    @Override
    public int hashCode() {
      return Objects.hash(content, actor);
    }

    @Override
    public String toString() {
      return content + " by uid " + actor;
    }
  }
}
