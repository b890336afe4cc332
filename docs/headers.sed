# Comments as Doxygen wants them: the head of a file is about the file, an example is code, what stands behind a declaration is about it.
1s,.*SPDX.*,,
/^#pragma once/ { n; s,^// ,/// @file\n/// , }
s,^( *)//   ( *[^ ]),\1///     \2,
s,^( *)//( |$),\1///\2,
s,([;\,{}])  // ,\1  ///< ,
# In C:
/^#define RETOLD_H/ { n; s,^/\*,/** @file, }
s,^/\*( [^─]|$),/**\1,
s,^ \*   ( *[^ ]), *     \1,
s,([;\,]) +/\* ,\1 /**< ,
