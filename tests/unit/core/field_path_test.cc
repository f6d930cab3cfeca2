#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <dropzone/value/field_path.h>
#include <dropzone/value/limits.h>

namespace dropzone {
namespace {

using Parts = std::vector<std::string>;

Parts parts(std::string_view name) { return FieldPath::parse(name).value().parts(); }
bool is_refused(const std::string& name) { return !FieldPath::parse(name); }

TEST_CASE("a name with dots reaches into objects") {
  CHECK(parts("mean") == Parts{"mean"});
  CHECK(parts("address.city") == Parts{"address", "city"});
  CHECK(parts("a~1b") == Parts{"a~1b"});
  CHECK(parts("a/b.c") == Parts{"a/b", "c"});
}

TEST_CASE("a name that begins with a slash is a JSON Pointer") {
  CHECK(parts("/mean") == Parts{"mean"});
  CHECK(parts("/address/city") == Parts{"address", "city"});
  CHECK(parts("/http.status") == Parts{"http.status"});
  CHECK(parts("/a~1b~0c/~01") == Parts{"a/b~c", "~1"});
  CHECK(parts("/") == Parts{""});
  CHECK(parts("/a/") == Parts{"a", ""});
  CHECK(parts("/-x") == Parts{"-x"});
}

TEST_CASE("two spellings of one field are equal, and each is kept as it was written") {
  const FieldPath dotted = FieldPath::parse("address.city").value();
  const FieldPath pointer = FieldPath::parse("/address/city").value();
  CHECK(dotted == pointer);
  CHECK_FALSE(dotted < pointer);
  CHECK_FALSE(pointer < dotted);
  CHECK(dotted.name() == "address.city");
  CHECK(pointer.name() == "/address/city");
  CHECK(FieldPath::parse("/a.b").value() != FieldPath::parse("a.b").value());
}

TEST_CASE("names that name nothing are refused") {
  for (const auto* name : {"", ".", "a.", ".a", "a..b", "/~", "/a~", "/a~2", "/~~1"}) {
    CHECK(is_refused(name));
  }
  CHECK(is_refused(std::string(kMaxPathBytes + 1, 'a')));
  std::string deep;
  for (std::size_t i = 0; i < kMaxPathParts; ++i) deep += "/a";
  CHECK_FALSE(is_refused(deep));
  CHECK(is_refused(deep + "/a"));
}

TEST_CASE("a field is written with dots if it can be, else as a JSON Pointer") {
  for (const auto* name :
       {"mean", "address.city", "/http.status", "/", "/a/", "/~1x", "a~b", "/a.b/c~1d"}) {
    CHECK(field_name(parts(name)) == name);
  }
  CHECK(field_name(parts("/address/city")) == "address.city");
}

TEST_CASE("the server's own members are recognized, however they are written") {
  using Reserved = FieldPath::Reserved;
  const auto reserved = [](std::string_view name) { return FieldPath::parse(name)->reserved(); };
  CHECK(reserved("_id") == Reserved::id);
  CHECK(reserved("/_id") == Reserved::id);
  CHECK(reserved("_id.x") == Reserved::other);
  CHECK(reserved("_meta.createdAt") == Reserved::created_at);
  CHECK(reserved("/_meta/updatedAt") == Reserved::updated_at);
  CHECK(reserved("_meta") == Reserved::other);
  CHECK(reserved("_original.a") == Reserved::other);
  CHECK(reserved("a._id") == Reserved::none);
  CHECK(reserved("/_meta.createdAt") == Reserved::none);
}

}  // namespace
}  // namespace dropzone
