#pragma once

#include <string>
#include <string_view>

#include <dropzone/value/value.h>

namespace dropzone::datastore {

// Datastore has no integers from 2^63 on. Such a number is stored as the largest double that is no
// greater, so that the indexes have it in its place and never next to one of another size; the
// integer itself is recognized by the pointers of those that are not the double.

/// The double that stands for an integer from 2^63 on.
[[nodiscard]] double truncated(std::uint64_t integer) noexcept;
[[nodiscard]] bool is_exact(std::uint64_t integer) noexcept;

/// `{"/eui":12297829382473034411}` for the integers in the data that are not the doubles that stand
/// for them. Empty if there are none.
[[nodiscard]] std::string exact_integers(const Object& data);

/// Makes these integers of the doubles that stand for them. A number that another program has
/// changed meanwhile stays.
void restore_exact_integers(Object& data, std::string_view integers);

}  // namespace dropzone::datastore
