/**
 * Stands in the bundles for the main module of pg, with the parts that functions use. That module also loads a pool and the
 * client of `pg-native`, a library in C that no bundle can hold.
 */
// @ts-expect-error: @types/pg does not describe the single modules.
import Client from 'pg/lib/client';
// @ts-expect-error
import { escapeIdentifier, escapeLiteral } from 'pg/lib/utils';
import { DatabaseError } from 'pg-protocol';
import types from 'pg-types';

export default { Client, DatabaseError, escapeIdentifier, escapeLiteral, types };
