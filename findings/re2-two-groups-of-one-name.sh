#!/usr/bin/env bash
# RE2 20220601 (Debian 12): takes a pattern with two groups of one name, and then knows the first of them alone.
#
# RE2's list of syntax has named groups, and nothing of a name that is used twice. Its sibling, Go's regexp, and
# Perl-compatible engines refuse such a pattern by default. RE2 in C++ compiles it without an error.
# NamedCapturingGroups() has the first group of the name only. A program that asks it for "id" in
# `A(?P<id>.)|B(?P<id>.)` gets nothing from the text "B2", which matches. CapturingGroupNames() has both.
#
# Seen with libre2-dev 20220601+dfsg-1+b1:
#
#   compiles: yes
#   NamedCapturingGroups: 1, CapturingGroupNames: 2
#   "B2" matches: yes, the group of the name has: nothing
#
# Exits with 0 while this is so, and with 1 once it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"

cat >check.cc <<'CC'
#include <re2/re2.h>

#include <iostream>

int main() {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 pattern("A(?P<id>.)|B(?P<id>.)", options);
  std::cout << "compiles: " << (pattern.ok() ? "yes" : "no") << '\n';
  if (!pattern.ok()) return 0;
  std::cout << "NamedCapturingGroups: " << pattern.NamedCapturingGroups().size()
            << ", CapturingGroupNames: " << pattern.CapturingGroupNames().size() << '\n';
  re2::StringPiece groups[3];
  const bool matches = pattern.Match("B2", 0, 2, RE2::UNANCHORED, groups, 3);
  const auto named = groups[pattern.NamedCapturingGroups().at("id")];
  std::cout << "\"B2\" matches: " << (matches ? "yes" : "no") << ", the group of the name has: "
            << (named.data() ? std::string(named) : "nothing") << '\n';
}
CC
g++ -std=c++17 check.cc -o check -lre2

./check | tee seen
diff - seen <<'END'
compiles: yes
NamedCapturingGroups: 1, CapturingGroupNames: 2
"B2" matches: yes, the group of the name has: nothing
END
