#include "entity/property_names.h"

#include <catch2/catch.hpp>
#include <set>

namespace dropzone::datastore {
namespace {

TEST_CASE("every member has a property of its own that leads back to it") {
  const std::string names[] = {"a",  "",        "%",     "%25", "100%",     "a%20b",     "a.b",
                               ".",  "__key__", "__a__", "_id", "_meta",    "_original", "[]",
                               "{}", "%5F_a__", "%2E",   "%%",  "\xc3\xa4", "__"};
  for (const bool top_level : {true, false}) {
    std::set<std::string> properties;
    for (const std::string& name : names) {
      INFO('"' << name << '"');
      const std::string property = property_name(name, top_level);
      CHECK(member_name(property) == name);
      CHECK(properties.insert(property).second);
      CHECK_FALSE(property.empty());
      CHECK(property.find('.') == std::string::npos);
      // Datastore reserves `__.*__`.
      CHECK_FALSE((property.size() >= 4 && property.starts_with("__") && property.ends_with("__")));
    }
  }
}

TEST_CASE("names that mean nothing to Datastore stay as they are") {
  for (const char* const name : {"a", "mean", "timeUTC", "100%", "a%20b", "_private", "\xc3\xa4"}) {
    CHECK(property_name(name, true) == name);
  }
  CHECK(property_name("_meta", false) == "_meta");
  CHECK(property_name("_meta", true) != "_meta");
}

TEST_CASE("the path of a field names the properties of its parts") {
  CHECK(property_path(*FieldPath::parse("address.city")) == "address.city");
  CHECK(property_path(*FieldPath::parse("a._meta")) == "a._meta");
}

TEST_CASE("the mark of a long field is cut between characters") {
  const std::string ascii(2'000, 'a');
  CHECK(field_mark(ascii).size() == kMaxIndexedStringBytes);
  std::string umlauts = "a";
  while (umlauts.size() < 2'000) umlauts += "\xc3\xa4";
  CHECK(field_mark(umlauts).size() == kMaxIndexedStringBytes - 1);
  CHECK(field_mark("short") == "short");
}

}  // namespace
}  // namespace dropzone::datastore
