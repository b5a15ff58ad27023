package inuse.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Several {@linkplain HeldPort held ports}, for a parameter of type {@code int[]} or {@link
 * inuse.java.HeldPorts}. They are held as long as one would be.
 */
@Documented
@Target({ElementType.PARAMETER, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({PortExtension.class, RefusedBindExtension.class})
public @interface HeldPorts {
  /** How many, at least 1. */
  int value();
}
