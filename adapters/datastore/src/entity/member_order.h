#pragma once

#include <string>
#include <string_view>

#include <dropzone/value/value.h>

namespace dropzone::datastore {

/// Datastore forgets the order of an entity's properties. This text remembers it: the order of the
/// members of the object and of all objects within, or nothing if each has its members by name.
///
/// The text is a JSON array with an entry for each object of two or more members, in the order in
/// which one meets them: a list of names; or a number n: the n-th list again, or, if it is 0, by
/// name.
[[nodiscard]] std::string member_order(const Object& object);

/// Brings the members into the order remembered, those that it does not name after those that it
/// does, by name. An order of another object, or none, does no harm.
void restore_member_order(Object& object, std::string_view order);

}  // namespace dropzone::datastore
