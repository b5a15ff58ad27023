# For packagers: make && make install PREFIX=/usr DESTDIR=pkg. With a filled Maven cache: make MVN="mvn -o".
PREFIX ?= /usr/local
DESTDIR ?=
MVN ?= mvn
inuse = native/target/inuse

.PHONY: all install uninstall

all:
	$(MVN) -B -DskipTests -pl native -am package

# The executable writes its own man page and completions.
install:
	@[ -x $(inuse) ] || { echo "make install: $(inuse) is not built yet: make" >&2; exit 1; }
	install -D -m 755 $(inuse) "$(DESTDIR)$(PREFIX)/bin/inuse"
	install -d "$(DESTDIR)$(PREFIX)/share/man/man1" "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" \
	  "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	$(inuse) man >"$(DESTDIR)$(PREFIX)/share/man/man1/inuse.1"
	$(inuse) completion bash >"$(DESTDIR)$(PREFIX)/share/bash-completion/completions/inuse"
	$(inuse) completion zsh >"$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_inuse"
	$(inuse) completion fish >"$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/inuse.fish"

uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/inuse" "$(DESTDIR)$(PREFIX)/share/man/man1/inuse.1" \
	  "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/inuse" "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_inuse" \
	  "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/inuse.fish"
