# holdout: what to type. CMake does the building (CMakePresets.json); everything made goes to build/ and runs/.
#
#   make run      install what is needed, build, simulate Afghanistan 2021, write runs/afghanistan-2021/
#   make check    build and run the quick tests (under a minute)
#   make test     all tests: units, science, command line, sanitizers, fuzzers, browser
#   make release  build/release/holdout
#   make install  to PREFIX (default /usr/local); DESTDIR is respected
#   make bench    speed, as CSV
#   make clean    remove build/

PREFIX ?= /usr/local
SCENARIO ?= afghanistan-2021
OPTIONS ?=

.PHONY: run check test release install bench clean build-packages test-packages
.DEFAULT_GOAL := release

build-packages:
	@tools/packages.sh build

test-packages:
	@tools/packages.sh test

release: build-packages
	@mkdir -p build
	@cmake --preset release -DHO_TESTS=OFF -DCMAKE_INSTALL_PREFIX=$(PREFIX) >build/release.log 2>&1 || { cat build/release.log; exit 1; }
	@cmake --build --preset release --target holdout

run: release
	build/release/holdout run $(SCENARIO) $(OPTIONS)

check: test-packages
	@mkdir -p build
	@cmake --preset dev >build/dev.log 2>&1 || { cat build/dev.log; exit 1; }
	@cmake --build --preset dev
	@ctest --test-dir build/dev -L quick -j $$(nproc) --output-on-failure

test: test-packages
	@tests/all.sh

install: release
	DESTDIR=$(DESTDIR) cmake --install build/release --prefix $(PREFIX)

bench: release
	@bench/run.sh build/release

clean:
	rm -rf build
