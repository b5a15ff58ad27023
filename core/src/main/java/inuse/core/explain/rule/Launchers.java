package inuse.core.explain.rule;

import inuse.core.evidence.IntendedCommand;
import inuse.core.evidence.Untrusted;
import java.util.Set;

/** Programs that become or start another program: their children may be anything. */
final class Launchers {
  private static final Set<String> NAMES =
      Set.of(
          "sh",
          "bash",
          "dash",
          "zsh",
          "ksh",
          "fish",
          "busybox",
          "sudo",
          "su",
          "doas",
          "env",
          "nohup",
          "setsid",
          "nice",
          "timeout",
          "xargs",
          "make",
          "just",
          "task",
          "go",
          "cargo",
          "dotnet",
          "mvn",
          "gradle",
          "pyenv",
          "uv",
          "uvx",
          "poetry",
          "pipenv",
          "bundle",
          "rake",
          "foreman",
          "bun",
          "deno",
          "systemctl",
          "service",
          "docker",
          "podman",
          "npm-cli.js",
          "npx-cli.js",
          "yarn.js",
          "pnpm.cjs",
          "corepack.js",
          "nodemon.js",
          "concurrently.js",
          "pm2");

  private Launchers() {}

  /** Whether the command is one, or a script that is. */
  static boolean isOne(IntendedCommand intended) {
    return isOne(intended.program().baseName())
        || intended.arguments().stream()
            .flatMap(argument -> argument.file().stream())
            .findFirst()
            .filter(script -> isOne(script.canonical().baseName()))
            .isPresent();
  }

  /** Whether a program of that name is one. */
  static boolean isOne(Untrusted name) {
    return NAMES.contains(name.bytes());
  }
}
