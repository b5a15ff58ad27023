package inuse.cli.help;

import java.util.Optional;

/**
 * The scripts by which shells complete our command lines. They only query {@link Completion} and
 * display its output, which is never evaluated.
 */
public enum Shell {
  /** COMP_WORDS is split at colons and equals signs, so the line itself is read. */
  BASH(
      "bash",
      """
      _inuse() {
        local line cur kind rest what prefix
        local -a words shown plain
        read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
        if [[ ${COMP_LINE:COMP_POINT-1:1} == [[:space:]] ]]; then words+=(""); fi
        cur=${words[-1]}
        prefix=${cur%"${cur##*[:=]}"}
        COMPREPLY=()
        {
          read -r kind rest
          while IFS=$'\\t' read -r line what; do
            line=${line#"$prefix"}
            plain+=("$line")
            shown+=("$line${what:+  ($what)}")
          done
        } < <("$1" completion next -- "${words[@]:1}" 2>/dev/null)
        case $kind in
          :words)
            if ((${#plain[@]} == 1)); then COMPREPLY=("${plain[@]}"); else COMPREPLY=("${shown[@]}"); fi
            if [[ ${COMPREPLY[0]-} == *= ]]; then compopt -o nospace 2>/dev/null; fi
            ;;
          :files) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
          :command)
            if declare -F _command_offset >/dev/null; then
              _command_offset "$((rest + 1))"
            elif ((rest + 2 == ${#words[@]})); then
              mapfile -t COMPREPLY < <(compgen -c -- "$cur")
            else
              mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            fi
            ;;
        esac
      }
      complete -o nosort -F _inuse inuse
      """),
  ZSH(
      "zsh",
      """
      #compdef inuse
      _inuse() {
        local line kind tab=$'\\t'
        local -a lines values shown more
        lines=("${(@f)$("${(Q)words[1]}" completion next -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
        kind=$lines[1]
        case $kind in
          :words)
            for line in "${(@)lines[2,-1]}"; do
              values+=("${line%%$tab*}")
              if [[ $line == *$tab* ]]; then
                shown+=("${line%%$tab*}  -- ${line#*$tab}")
              else
                shown+=("$line")
              fi
            done
            if [[ $values[1] == *= ]]; then more=(-S ''); fi
            compadd "${more[@]}" -l -d shown -a values
            ;;
          :files) _files ;;
          :command*)
            shift $((${kind#:command } + 1)) words
            ((CURRENT -= ${kind#:command } + 1))
            _normal
            ;;
        esac
      }
      if [[ $funcstack[1] == _inuse ]]; then _inuse; else compdef _inuse inuse; fi
      """),
  FISH(
      "fish",
      """
      function __inuse_complete
        set -l words (commandline -opc) (commandline -ct)
        set -l lines ($words[1] completion next -- $words[2..-1] 2>/dev/null)
        switch "$lines[1]"
          case ':words'
            printf '%s\\n' $lines[2..-1]
          case ':files'
            __fish_complete_path (commandline -ct)
          case ':command *'
            set -l at (string replace ':command ' '' -- $lines[1])
            complete -C (string join ' ' -- (string escape -- $words[(math $at + 2)..-2]) $words[-1])
        end
      end
      complete -c inuse -f -a '(__inuse_complete)'
      """);

  private final String word;
  private final String script;

  Shell(String word, String script) {
    this.word = word;
    this.script = script;
  }

  String word() {
    return word;
  }

  public String script() {
    return script;
  }

  public static Optional<Shell> named(String word) {
    for (Shell shell : values()) {
      if (shell.word.equals(word)) {
        return Optional.of(shell);
      }
    }
    return Optional.empty();
  }
}
