// Here so that catch.hpp is precompiled once, for all test executables.
