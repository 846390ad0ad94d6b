import {ApiError} from '../core/api.js';

/** What a dashboard is wherever it is; the other members are of the place where it was saved. */
const MEMBERS = ['title', 'description', 'range_s', 'refresh_s', 'panels'];

const portable = (dashboard) => Object.fromEntries(MEMBERS.filter((name) => name in dashboard).map((name) => [name, dashboard[name]]));

/** A dashboard as a file. */
export const asFile = (dashboard) => `${JSON.stringify(portable(dashboard), null, 2)}\n`;

/**
 * The dashboard of a file, to be saved as a new one.
 *
 * @throws {ApiError} if it holds none
 */
export function ofFile(text) {
  let json;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ApiError(422, 'The file is no JSON', error.message);
  }
  if (!Array.isArray(json?.panels)) {
    throw new ApiError(422, 'The file is no dashboard', 'It has no list “panels”.');
  }
  return portable(json);
}
